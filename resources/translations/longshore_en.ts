<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>QDialog</name>
    <message numerus="yes">
        <source>For %n upload(s):</source>
        <translation>
            <numerusform>For %n upload:</numerusform>
            <numerusform>For %n uploads:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>QMessageBox</name>
    <message numerus="yes">
        <source>Cancel %n upload(s)?</source>
        <translation>
            <numerusform>Cancel %n upload?</numerusform>
            <numerusform>Cancel %n uploads?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Hold %n upload(s) until you complete them?</source>
        <translation>
            <numerusform>Hold %n upload until you complete it?</numerusform>
            <numerusform>Hold %n uploads until you complete them?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n upload(s) are not finished.</source>
        <translation>
            <numerusform>%n upload is not finished.</numerusform>
            <numerusform>%n uploads are not finished.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n upload(s) wait for a connection.</source>
        <translation>
            <numerusform>%n upload waits for a connection.</numerusform>
            <numerusform>%n uploads wait for a connection.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Start %n upload(s) again from the first byte?</source>
        <translation>
            <numerusform>Start %n upload again from the first byte?</numerusform>
            <numerusform>Start %n uploads again from the first byte?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longshore</name>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n second</numerusform>
            <numerusform>%n seconds</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n hour</numerusform>
            <numerusform>%n hours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n upload(s) completed</source>
        <translation>
            <numerusform>%n upload completed</numerusform>
            <numerusform>%n uploads completed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n upload(s) ready to complete</source>
        <translation>
            <numerusform>%n upload ready to complete</numerusform>
            <numerusform>%n uploads ready to complete</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n upload(s) failed</source>
        <translation>
            <numerusform>%n upload failed</numerusform>
            <numerusform>%n uploads failed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The service did not answer within %n s.</source>
        <translation>
            <numerusform>The service did not answer within %n s.</numerusform>
            <numerusform>The service did not answer within %n s.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The connection stood still for %n s.</source>
        <translation>
            <numerusform>The connection stood still for %n s.</numerusform>
            <numerusform>The connection stood still for %n s.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>This upload is held and paused, and expires in %n minute(s). Resume and complete it before then, or its parts are lost.</source>
        <translation>
            <numerusform>This upload is held and paused, and expires in %n minute. Resume and complete it before then, or its parts are lost.</numerusform>
            <numerusform>This upload is held and paused, and expires in %n minutes. Resume and complete it before then, or its parts are lost.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>This upload is held and expires in %n minute(s). Complete it before then, or its parts are lost.</source>
        <translation>
            <numerusform>This upload is held and expires in %n minute. Complete it before then, or its parts are lost.</numerusform>
            <numerusform>This upload is held and expires in %n minutes. Complete it before then, or its parts are lost.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The disk has not answered for %n s.</source>
        <translation>
            <numerusform>The disk has not answered for %n s.</numerusform>
            <numerusform>The disk has not answered for %n s.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n upload(s) need your decision</source>
        <translation>
            <numerusform>%n upload needs your decision</numerusform>
            <numerusform>%n uploads need your decision</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longshore::AddDialog</name>
    <message numerus="yes">
        <source>%n file(s), %1</source>
        <translation>
            <numerusform>%n file, %1</numerusform>
            <numerusform>%n files, %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>For the %n selected file(s):</source>
        <translation>
            <numerusform>For the %n selected file:</numerusform>
            <numerusform>For the %n selected files:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longshore::AddFlow</name>
    <message numerus="yes">
        <source>Add %n file(s)?</source>
        <translation>
            <numerusform>Add %n file?</numerusform>
            <numerusform>Add %n files?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) were not added.</source>
        <translation>
            <numerusform>%n file was not added.</numerusform>
            <numerusform>%n files were not added.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longshore::AddModel</name>
    <message numerus="yes">
        <source>%1 (and %n more)</source>
        <translation>
            <numerusform>%1 (and %n more)</numerusform>
            <numerusform>%1 (and %n more)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longshore::MainWindow</name>
    <message numerus="yes">
        <source>%n running</source>
        <translation>
            <numerusform>%n running</numerusform>
            <numerusform>%n running</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n queued</source>
        <translation>
            <numerusform>%n queued</numerusform>
            <numerusform>%n queued</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ready</source>
        <translation>
            <numerusform>%n ready</numerusform>
            <numerusform>%n ready</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failed</source>
        <translation>
            <numerusform>%n failed</numerusform>
            <numerusform>%n failed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s) at once</source>
        <translation>
            <numerusform>%n part at once</numerusform>
            <numerusform>%n parts at once</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n upload(s) removed from the list.</source>
        <translation>
            <numerusform>%n upload removed from the list.</numerusform>
            <numerusform>%n uploads removed from the list.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Looking at files: %n so far…</source>
        <translation>
            <numerusform>Looking at files: %n so far…</numerusform>
            <numerusform>Looking at files: %n so far…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n upload(s) wait for a connection.</source>
        <translation>
            <numerusform>%n upload waits for a connection.</numerusform>
            <numerusform>%n uploads wait for a connection.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n need(s) your decision</source>
        <translation>
            <numerusform>%n needs your decision</numerusform>
            <numerusform>%n need your decision</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longshore::Notices</name>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 and %n more</numerusform>
            <numerusform>%1 and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longshore::Notifier</name>
    <message numerus="yes">
        <source>Copy ID(s)</source>
        <translation>
            <numerusform>Copy ID</numerusform>
            <numerusform>Copy IDs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longshore::QueueActions</name>
    <message numerus="yes">
        <source>%n file ID(s) copied</source>
        <translation>
            <numerusform>%n file ID copied</numerusform>
            <numerusform>%n file IDs copied</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n path(s) copied</source>
        <translation>
            <numerusform>%n path copied</numerusform>
            <numerusform>%n paths copied</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longshore::TrayIcon</name>
    <message numerus="yes">
        <source>%n failed</source>
        <translation>
            <numerusform>%n failed</numerusform>
            <numerusform>%n failed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n need(s) your decision</source>
        <translation>
            <numerusform>%n needs your decision</numerusform>
            <numerusform>%n need your decision</numerusform>
        </translation>
    </message>
</context>
</TS>
